"""An SMS, through AWS End User Messaging or the operator's own gateway."""

from care.channels.channel import Channel, Form

SMS = Channel(name="sms", scheme="tel", form=Form.SHORT, honorific="Bapak/Ibu", longest_text=None)
