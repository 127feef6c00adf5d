"""The domain of the call centre: contacts, customers, cases, follow-ups and messages.

Pure decisions (``case``, ``lifecycle``, ``triage``, ``conversation``, ``satisfaction``, ``mail``) are functions of
values to values. ``intake``, ``followup``, ``sending`` and ``desk`` are the use-cases: read, decide, write once. Only
``store``, ``objects``, ``senders``, ``executions`` and ``queues`` speak to AWS.
"""
