from streams import logs
from streams.cli.options import end_with
from streams.core.pipeline import load_pipeline
from streams.ingest.http_api.process import run_ingest_api
from streams.inspection.lookup.articles import ArticleLookup
from streams.settings import load_settings


def ingest(
    *,
    host: str | None,
    port: int | None,
    bootstrap_servers: str | None,
    prefix: str | None,
    parent: int | None,
) -> None:
    end_with(parent)
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    options = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update={"ingest": settings.ingest.model_copy(update=options)})
    logs.configure(settings)
    pipeline = load_pipeline(settings)
    run_ingest_api(settings, pipeline, ArticleLookup(settings, pipeline))
