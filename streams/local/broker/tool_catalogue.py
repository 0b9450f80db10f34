"""Kafka's own tools: their names, their Java classes, and their options for Kafka's address (as of 4.1.0)."""

from dataclasses import dataclass, field

TOOLS_PACKAGE = "org.apache.kafka.tools"
FILE = "--config-file"
CONSUMER = "--consumer.config"
PRODUCER = "--producer.config"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that Kafka installs as `kafka-<name>.sh`.

    java_class: in the package of tools, unless it begins with `kafka.`.
    address: the option for the address; empty: there is none, and the address is in the file of `config`.
    config: the option for a file of client settings; empty: there is none.
    local: it needs no address: it reads files or JMX, or takes its arguments by position.
    after_command: the options belong to a subcommand and follow it.
    """

    name: str
    java_class: str
    summary: str
    address: str = field(default="--bootstrap-server", kw_only=True)
    config: str = field(default="--command-config", kw_only=True)
    local: bool = field(default=False, kw_only=True)
    after_command: bool = field(default=False, kw_only=True)

    @property
    def main(self) -> str:
        in_tools = not self.java_class.startswith("kafka.")
        return f"{TOOLS_PACKAGE}.{self.java_class}" if in_tools else self.java_class


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
    Tool("metadata-quorum", "MetadataQuorumCommand", "show the controllers (KRaft) and their state"),
    Tool("features", "FeatureCommand", "describe, upgrade and downgrade feature levels"),
    Tool("broker-api-versions", "BrokerApiVersionsCommand", "the brokers and which requests they support"),
    Tool("cluster", "ClusterTool", "identity and endpoints of it", config="--config", after_command=True),
    Tool("transactions", "TransactionsCommand", "list, describe and abort transactions"),
    Tool("groups", "GroupsCommand", "list groups of every kind"),
    Tool("share-groups", "consumer.group.ShareGroupCommand", "share groups and their offsets"),
    Tool("streams-groups", "streams.StreamsGroupCommand", "groups of Kafka Streams"),
    Tool("streams-application-reset", "StreamsResetter", "reset a Kafka Streams program", config=FILE),
    Tool(
        "console-share-consumer",
        "consumer.ConsoleShareConsumer",
        "print a topic as a share group",
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
        *("replica-verification", "ReplicaVerificationTool", "compare the copies of partitions"),
        address="--broker-list",
        config="",
    ),
    Tool("e2e-latency", "EndToEndLatency", "measure the way there and back (address first)", local=True),
    Tool("dump-log", "kafka.tools.DumpLogSegments", "print the segment files of a data folder", local=True),
    Tool("storage", "kafka.tools.StorageTool", "format and inspect data folders", local=True),
    Tool("jmx", "JmxTool", "print the JMX metrics of a Java process", local=True),
)
