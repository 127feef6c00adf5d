"""The one `aws` address: the router, and behind it ministack for data and moto for Step Functions."""
