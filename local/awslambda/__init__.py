"""Lambda: functions in processes of their own, invoked, retried and loaded anew, and what they print."""
