"""The chat on the web page, through the WebSocket API. Its address is the chat's own contact."""

from care.channels.channel import Channel, Form

CHAT = Channel(name="chat", scheme="chat", form=Form.CHAT, honorific="Kak", longest_text=4000, longest_sent=None)
