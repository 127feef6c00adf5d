"""An SMS, through AWS End User Messaging or the operator's own gateway.

Both take 1,600 characters (``SendTextMessage``, ``MessageBody``; docs/channels.md, "The operator's SMS gateway").
"""

from care.channels.channel import Channel, Form

SMS = Channel(name="sms", scheme="tel", form=Form.SHORT, honorific="Kak", longest_text=None, longest_sent=1600)
