"""The channels, a file each: what a channel is. Its door, its sender and its words are found by its name.

``docs/channels.md`` says what a new one needs.
"""

from care.channels.channel import Channel, Form
from care.channels.chat import CHAT
from care.channels.email import EMAIL
from care.channels.sms import SMS
from care.channels.voice import VOICE
from care.channels.web import WEB

CHANNELS = (VOICE, EMAIL, CHAT, SMS, WEB)

__all__ = ["CHANNELS", "CHAT", "EMAIL", "SMS", "VOICE", "WEB", "Channel", "Form"]
