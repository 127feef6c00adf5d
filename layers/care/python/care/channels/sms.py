"""An SMS, through AWS End User Messaging, which takes 1,600 characters (``SendTextMessage``, ``MessageBody``)."""

from care.channels.channel import Channel, Form

SMS = Channel(name="sms", scheme="tel", form=Form.SHORT, honorific="Bapak/Ibu", longest_text=None, longest_sent=1600)
