"""The domain of the call centre, in rooms that tell which way imports run.

The ground (``content`` to ``policy``) is what all stand on. ``reading`` makes a meaning of a text, ``telling`` a text
of a meaning; ``line`` is a subscriber's line. ``contacts`` and ``cases`` are what is kept, ``conversation`` is what is
said. ``services`` is all that is outside; ``centre`` is what the use-cases stand on: ``doors``, ``followup``,
``orders``, ``sending``, ``desk``. ``docs/architecture.md`` has the picture, ``tests/unit/test_rooms.py`` keeps it.
"""
