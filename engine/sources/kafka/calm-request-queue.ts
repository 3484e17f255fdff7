import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const calmed = new WeakSet<object>();

/**
 * After every answer kafkajs 2.2.4 sets a timer for requests that wait, also where none does; that one lies in the
 * past, so it comes back each millisecond, and newer Nodes warn of it (`TimeoutNegativeWarning`). With this it is set
 * only where a request waits. More than once changes nothing.
 */
export function calmRequestQueue(): void {
  const { prototype } = RequestQueue;
  if (calmed.has(prototype)) return;
  calmed.add(prototype);
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleWhereOneWaits() {
    if (this.pending.length > 0) schedule.call(this);
  };
}
