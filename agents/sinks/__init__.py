"""Where finished articles go: JSON lines, Parquet, SQL databases and webhooks."""
