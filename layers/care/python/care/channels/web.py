"""The page of a case. What its customer adds there comes by it; nobody is written to by it, for it shows the case.

Its contact is the case's own, so nobody is known by an address of this channel.
"""

from care.channels.channel import Channel, Form

WEB = Channel(name="web", scheme="status", form=Form.CHAT, honorific="Bapak/Ibu", longest_text=2000, longest_sent=None)
