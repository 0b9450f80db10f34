from typing import Annotated

import typer

from streams.cli.options import BootstrapServers, Parent, Prefix, end_with


def ingest(
    host: Annotated[str | None, typer.Option(help="The address to listen on. Default: 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The port. Default: 8070.")] = None,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    parent: Parent = None,
) -> None:
    """Take pages over HTTP until SIGTERM: POST /pages, and DELETE /pages?url= for takedowns.

    GET /articles?url= says the outcome of a page.

    A request is answered when Kafka has confirmed its record. Only this machine can connect, unless a token
    is set: COPYDESK_INGEST__TOKEN, or ingest.token_file in the configuration.

    Example: copydesk ingest --port 8070
    """
    from streams import logs
    from streams.core.pipeline import load_pipeline
    from streams.ingest.http_api.process import run_ingest_api
    from streams.inspection.lookup.articles import ArticleLookup
    from streams.settings import load_settings

    end_with(parent)
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    options = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update={"ingest": settings.ingest.model_copy(update=options)})
    logs.configure(settings)
    pipeline = load_pipeline(settings)
    run_ingest_api(settings, pipeline, ArticleLookup(settings, pipeline))
