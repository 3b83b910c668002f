import { AssignerProtocol } from 'kafkajs';
import type { Cluster, PartitionAssigner } from 'kafkajs';

const NO_DATA = Buffer.alloc(0);

/** kafkajs' own assigners call this; its types leave it out. */
type ClusterMetadata = Cluster & {
  findTopicPartitionMetadata(topic: string): readonly { partitionId: number }[];
};

/**
 * Gives partition n of every topic to the same member, so that whoever consumes a partition also
 * holds the retry partition with its parked messages.
 */
export function assignmentOf(
  memberIds: readonly string[],
  topics: readonly { topic: string; partitions: readonly number[] }[],
): Map<string, Record<string, number[]>> {
  const members = memberIds.toSorted();
  const assignment = new Map(members.map((id): [string, Record<string, number[]>] => [id, {}]));
  for (const { topic, partitions } of topics) {
    for (const partition of partitions) {
      const own = assignment.get(members[partition % members.length] ?? '');
      if (own !== undefined) (own[topic] ??= []).push(partition);
    }
  }
  return assignment;
}

export const coPartitionAssigner: PartitionAssigner = ({ cluster }) => ({
  name: 'AstrolabeCoPartitionAssigner',
  version: 1,
  assign: async ({ members, topics }) => {
    const assignment = assignmentOf(
      members.map(({ memberId }) => memberId),
      topics.map((topic) => ({
        topic,
        partitions: (cluster as ClusterMetadata)
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => partitionId),
      })),
    );
    return [...assignment].map(([memberId, own]) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: 1,
        assignment: own,
        userData: NO_DATA,
      }),
    }));
  },
  protocol: ({ topics }) => ({
    name: 'AstrolabeCoPartitionAssigner',
    metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: NO_DATA }),
  }),
});
