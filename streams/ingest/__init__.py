"""How pages get in: from files, from web archives and over HTTP, each confirmed by Kafka."""
