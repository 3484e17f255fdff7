/** What happens to a source besides records, for the log. */
export interface KafkaEvent {
  readonly kind:
    | 'connected'
    /** Broker away, silent or failing; reading goes on by itself once it is back. */
    | 'lost'
    | 'topic_missing'
    | 'partitions_added'
    /** Offsets could not be left with the group; nothing depends on them. */
    | 'not_committed';
  readonly message: string;
}
