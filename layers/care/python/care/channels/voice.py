"""A call to the short number, through Amazon Connect. Who calls is written to by SMS."""

from care.channels.channel import Channel, Form
from care.channels.sms import SMS

VOICE = Channel(
    name="voice",
    scheme="tel",
    form=Form.SHORT,
    honorific="Bapak/Ibu",
    longest_text=None,
    longest_sent=SMS.longest_sent,
)
