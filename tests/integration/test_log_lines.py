"""What functions write into their logs: decisions and metrics, each with what somebody reads and no more."""

import json

from bench import logs

READ = {"level", "message", "service", "function_request_id", "xray_trace_id"}
IDS = {
    "case_id",
    "contact_id",
    "message_id",
    "ses_id",
    "key",
    "action",
    "operation",
    "cycle",
    "part",
    "event_type",
    "why",
}
LONGEST_DECISION, LONGEST_METRIC = 320, 240


def test_a_function_writes_decisions_and_metrics_and_each_with_what_is_read() -> None:
    for which, written in logs.measure().items():
        for line in written.decisions:
            assert json.loads(line).keys() <= READ | IDS, which
            assert len(line) <= LONGEST_DECISION, which
        for line in written.metrics:
            assert "CloudWatchMetrics" in json.loads(line)["_aws"], which
            assert len(line) <= LONGEST_METRIC, which
