"""Kafka's own tools: their names, their Java classes, and how each is told where Kafka is (as of 4.1.0)."""

from dataclasses import dataclass, field

TOOLS_PACKAGE = "org.apache.kafka.tools"
CONSUMER = "--consumer.config"
PRODUCER = "--producer.config"


@dataclass(frozen=True, slots=True)
class Tool:
    """One of Kafka's tools. Kafka installs it as `kafka-<name>.sh`."""

    name: str
    java_class: str
    """Its class: of the package of tools, unless it begins with `kafka.`."""
    summary: str
    address: str = field(default="--bootstrap-server", kw_only=True)
    """The option that takes the address; empty: none, and the address stands in the file of `config`."""
    config: str = field(default="--command-config", kw_only=True)
    """The option that takes a file of client settings; empty: none."""
    local: bool = field(default=False, kw_only=True)
    """True for a tool that is told nothing: it reads files or JMX, or takes its arguments by position."""
    after_command: bool = field(default=False, kw_only=True)
    """True where the options belong to a subcommand and stand behind it."""

    @property
    def main(self) -> str:
        return (
            self.java_class if self.java_class.startswith("kafka.") else f"{TOOLS_PACKAGE}.{self.java_class}"
        )


#: The everyday ones first.
TOOLS = (
    Tool("topics", "TopicCommand", "list, describe, create, alter and delete topics"),
    Tool("consumer-groups", "consumer.group.ConsumerGroupCommand", "groups, their lag and their offsets"),
    Tool("console-consumer", "consumer.ConsoleConsumer", "print the records of a topic", config=CONSUMER),
    Tool("console-producer", "ConsoleProducer", "write the lines of stdin to a topic", config=PRODUCER),
    Tool("configs", "kafka.admin.ConfigCommand", "describe and alter settings of topics, brokers and users"),
    Tool("get-offsets", "GetOffsetShell", "first and last offsets of partitions"),
    Tool("acls", "AclCommand", "list, add and remove access rules"),
    Tool("delete-records", "DeleteRecordsCommand", "delete the records of partitions up to an offset"),
    Tool("reassign-partitions", "reassign.ReassignPartitionsCommand", "move partitions between brokers"),
    Tool("leader-election", "LeaderElectionCommand", "elect leaders of partitions", config="--admin.config"),
    Tool("log-dirs", "LogDirsCommand", "disk that each partition takes on each broker"),
    Tool("metadata-quorum", "MetadataQuorumCommand", "the controllers (KRaft) and their state"),
    Tool("features", "FeatureCommand", "describe, upgrade and downgrade feature levels"),
    Tool("broker-api-versions", "BrokerApiVersionsCommand", "the brokers and what requests they speak"),
    Tool(
        "cluster",
        "ClusterTool",
        "identity and endpoints of the cluster",
        config="--config",
        after_command=True,
    ),
    Tool("transactions", "TransactionsCommand", "list, describe and abort transactions"),
    Tool("groups", "GroupsCommand", "list groups of every kind"),
    Tool("share-groups", "consumer.group.ShareGroupCommand", "share groups and their offsets"),
    Tool("streams-groups", "streams.StreamsGroupCommand", "groups of Kafka Streams"),
    Tool(
        "streams-application-reset",
        "StreamsResetter",
        "reset a Kafka Streams program",
        config="--config-file",
    ),
    Tool(
        "console-share-consumer",
        "consumer.ConsoleShareConsumer",
        "print the records of a topic as a share group",
        config="--consumer-config",
    ),
    Tool("client-metrics", "ClientMetricsCommand", "what metrics clients are to send"),
    Tool("delegation-tokens", "DelegationTokenCommand", "create, renew and describe delegation tokens"),
    Tool("producer-perf-test", "ProducerPerformance", "measure writing", address="", config=PRODUCER),
    Tool("consumer-perf-test", "ConsumerPerformance", "measure reading", config=CONSUMER),
    Tool("share-consumer-perf-test", "ShareConsumerPerformance", "measure a share group", config=CONSUMER),
    Tool("verifiable-producer", "VerifiableProducer", "write numbers, report each", config=PRODUCER),
    Tool("verifiable-consumer", "VerifiableConsumer", "read records, report each", config=CONSUMER),
    Tool("verifiable-share-consumer", "VerifiableShareConsumer", "the same as a share group"),
    Tool(
        "replica-verification",
        "ReplicaVerificationTool",
        "compare the copies of partitions",
        address="--broker-list",
        config="",
    ),
    Tool("e2e-latency", "EndToEndLatency", "measure the way there and back (address first)", local=True),
    Tool("dump-log", "kafka.tools.DumpLogSegments", "print the segment files of a data folder", local=True),
    Tool("storage", "kafka.tools.StorageTool", "format and inspect data folders", local=True),
    Tool("jmx", "JmxTool", "print the JMX metrics of a Java process", local=True),
)
