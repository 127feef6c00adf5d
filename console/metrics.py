"""The system's own metrics: one CloudWatch namespace, summed over the last hour."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricOutputTypeDef

MINUTES = 30
# GetMetricData takes at most 500 queries a request.
LIMIT = 500


def read(client: "CloudWatchClient", namespace: str) -> dict[str, Any]:
    """Each metric with its sum over the last `MINUTES` and the value of every minute, oldest first."""
    pages = client.get_paginator("list_metrics").paginate(Namespace=namespace)
    found = [metric for page in pages for metric in page["Metrics"]][:LIMIT]
    if not found:
        return {"namespace": namespace, "minutes": MINUTES, "metrics": []}
    end = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    start = end - timedelta(minutes=MINUTES)
    answer = client.get_metric_data(
        MetricDataQueries=[_query(number, metric) for number, metric in enumerate(found)],
        StartTime=start,
        EndTime=end,
    )
    values = {result["Id"]: result for result in answer["MetricDataResults"]}
    metrics: list[dict[str, Any]] = []
    for number, metric in enumerate(found):
        result = values[f"m{number}"]
        minutes = [0.0] * MINUTES
        for at, value in zip(result["Timestamps"], result["Values"], strict=True):
            place = int((at - start).total_seconds() // 60)
            if 0 <= place < MINUTES:
                minutes[place] += value
        metrics.append(
            {
                "name": metric["MetricName"],
                "dimensions": {d["Name"]: d["Value"] for d in metric.get("Dimensions", [])},
                "sum": sum(minutes),
                "minutes": minutes,
            }
        )
    metrics.sort(key=lambda metric: (metric["name"], sorted(metric["dimensions"].items())))
    return {"namespace": namespace, "minutes": MINUTES, "metrics": metrics}


def _query(number: int, metric: "MetricOutputTypeDef") -> "MetricDataQueryTypeDef":
    return {
        "Id": f"m{number}",
        "MetricStat": {
            "Metric": {
                "Namespace": metric["Namespace"],
                "MetricName": metric["MetricName"],
                "Dimensions": metric.get("Dimensions", []),
            },
            "Period": 60,
            "Stat": "Sum",
        },
    }
