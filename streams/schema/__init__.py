"""The records and topics in the formats that others read: JSON Schema and AsyncAPI."""
