/**
 * The JavaScript API of retrystorm.
 *
 * For completion and checking in an editor, put this at the top of a script:
 *
 *     // @ts-check
 *     /// <reference path="../index.d.ts" />
 *
 * What is declared apart from the Experiment then needs its type, so that a word
 * such as 'close' is not taken for any string:
 *
 *     /** @type {import('k6/x/retrystorm').Cohort} *\/
 *     const v441 = { … };
 *
 * A test compares every interface here with what the decoder reads.
 */
declare module 'k6/x/retrystorm' {
  // ─── values ──────────────────────────────────────────────────────────────

  /**
   * A time with its unit: '150ms', '2s', '1m30s', '2d'. The units are ns, us,
   * ms, s, m, h, and d for 24 hours. A bare number is refused.
   */
  export type Duration = string;

  /** A whole number from 1, or from 0 where that is said, or no limit at all. */
  export type Limit = number | 'unbounded';

  /** A share, where 1 is the whole: 0.25 or '25%'. */
  export type Ratio = number | `${number}%`;

  /** How far a local time is ahead of the run's, or behind it: '+10h', '-3h30m'. */
  export type Offset = string;

  /** An amount of memory with its unit: '256MiB' (binary) or '256MB' (decimal). */
  export type Bytes = `${number}${'B' | 'KB' | 'MB' | 'GB' | 'KiB' | 'MiB' | 'GiB'}`;

  /**
   * How a run can be expected to come out.
   *
   * - `healthy`: it never left the healthy band
   * - `recovered`: it left the band, came back in the time allowed, and stayed
   * - `degraded`: it was improving at the end, but was not back in time
   * - `collapsed`: the trigger is gone, demand is below capacity, and goodput
   *   does not come back
   * - `overloaded`: demand alone exceeds capacity; no retries are needed to
   *   explain it
   *
   * A run can also come out `invalid`: it proves nothing. That cannot be expected.
   */
  export type Kind = 'healthy' | 'recovered' | 'degraded' | 'collapsed' | 'overloaded';

  /**
   * What must come out: a verdict, one of several, or a verdict with a bound on
   * its probability, which then is the lower end of the 95% interval over all
   * runs of the variant: { recovered: { atLeast: 0.95 } }. That takes 73 runs.
   */
  export type Expect = Kind | Kind[] | { [K in Kind]?: { atLeast: Ratio } };

  /** How an attempt can fail. */
  export type Cause =
    | 'timeout' // no answer within the attempt's timeout
    | 'refused' // no connection
    | 'reset' // the connection broke before an answer
    | 'rejected' // turned away: 429 or 503
    | 'failed' // any other error answer
    | 'read-only'; // the server is up and cannot write: 507, or 503 with Retrystorm-Cause: read-only

  // ─── the declaration ─────────────────────────────────────────────────────

  /** What one run needs to know. */
  export interface Plan {
    /** The cohorts of terminals; at least one. */
    fleet: Cohort[];
    /** What the fleet talks to. */
    backend: Backend;
    /** What happens to them, and when. Nothing if left out. */
    timeline?: Trigger[];
    /**
     * The time of day at which the run begins, for those whose offset is 0: opening
     * hours and the demand over the day count from it. '0h' if left out.
     */
    starts?: Duration;
    /**
     * How long a day is, by which opening hours, closed days, the demand over the day and
     * the dates of sales are meant: from '10s' to '24h'. A short one lets an incident of
     * days be run in minutes; times of day are then before its end. '24h' if left out.
     */
    day?: Duration;
    /**
     * How long the run lasts; at most '30d', and so much longer than the last
     * trigger that judge.hold windows fit in between.
     */
    horizon: Duration;
    /** How the run is judged. The defaults suit most runs. */
    judge?: Judge;
    /** The verdict that must come out, or several of which one must. 'healthy' or 'recovered' if left out. */
    expect?: Expect;
    /** What must hold of each run beyond its verdict. Nothing if left out. */
    gate?: Gate;
  }

  /**
   * A scenario: a plan, and what its variants do differently. It is made of plain
   * values: objects, lists, strings, numbers and truths. What has no end, or takes
   * long to read, is refused: more than 32 levels, 100 elements of a list, 1 MiB
   * of text, or half a second.
   */
  export interface Declaration extends Plan {
    /** Letters, digits, '-', '_' and '.', at most 64 of them. */
    name: string;
    /**
     * Variants by name, each with the fields that differ. Objects merge,
     * everything else (lists too) replaces, and null takes a field away: the
     * rules of JSON Merge Patch (RFC 7396). Without variants the scenario runs
     * once, as declared.
     */
    variants?: Record<string, Patch<Plan>>;
  }

  /** What differs from a T. */
  export type Patch<T> = T extends readonly unknown[]
    ? T
    : T extends object
      ? { [K in keyof T]?: Patch<T[K]> | null }
      : T;

  // ─── the fleet ───────────────────────────────────────────────────────────

  /** Terminals that run one client version. */
  export interface Cohort {
    /** Its name, which stands in tables and tags; at most 64 printable characters. */
    cohort: string;
    /**
     * How many terminals, from 1 to 1,000,000 in the whole fleet; 0 for a version
     * that only an `operator.rollout` brings.
     */
    terminals: number;
    /**
     * The node, or the name of `backend.names`, to which they send. The node that no
     * other calls if left out.
     */
    to?: string;
    /**
     * How many tenants of the backend, such as shops, they belong to: the first
     * terminals to the first tenant, and so on in equal parts. At most as many as
     * there are terminals; each terminal is one if left out. Tenants are what
     * `target: 'tenant'` deals out to shards, and stores that are red until all
     * of their terminals have synced.
     */
    tenants?: number;
    /** How customers come. */
    sale: Sale;
    /** When the shops are open. Always if left out. */
    hours?: Hours;
    /**
     * How the demand varies over the day of a shop: steps in the order of the
     * day, each of which holds until the next, and the last one until the first
     * of the next day. There must be some demand while the shop is open. The
     * same all day if left out.
     */
    demand?: DemandPoint[];
    /**
     * The local times of the shops, as offsets from '-14h' to '+14h'. The shops
     * are spread over them in equal parts: the first ones to the first zone, and
     * so on. All have the offset 0 if left out.
     */
    zones?: Offset[];
    /** How long an attempt waits for its answer. */
    timeout: Duration;
    /**
     * What becomes of an attempt that nobody waits for any more: its connection
     * is closed, or the copy runs on and its late answer still counts. 'close'
     * if left out.
     */
    cancel?: 'close' | 'run-on';
    /** Whose connections carry the attempts. */
    connections?: Connections;
    /** What the client does after a failure. It never retries if left out. */
    retry?: Retry;
    /**
     * The queue for sales that could not be sent. Without one, a sale that is
     * given up is a failed sale.
     */
    offline?: Offline;
  }

  /**
   * When a shop is open, by its local time. While it is closed its terminals are
   * off: they bring no sales and send nothing. At closing, what is on the wire is
   * cancelled and the sales being tried go to the offline queue, or fail without
   * one; what is not synced waits until the shop opens.
   */
  export interface Hours {
    /** The time of day at which it opens, before the day ends: '24h', unless `day` says otherwise. */
    open: Duration;
    /**
     * The time of day at which it closes, up to the end of the day; on the next day,
     * if that is before it opens. Other than `open`.
     */
    close: Duration;
    /**
     * The days on which it does not open, from 0, the day on which the run
     * begins, to 31. None if left out.
     */
    closedDays?: number[];
  }

  /** A step of the demand over a day. */
  export interface DemandPoint {
    /** The time of day from which on it holds, before the day ends. */
    at: Duration;
    /** The demand as a multiple of the usual, from 0 to 1000. */
    times: number;
  }

  /** How customers come to one terminal. They do not wait for the backend. */
  export interface Sale {
    /** The mean time between two sales of one terminal; at least '1ms'. */
    every: Duration;
    /**
     * The law of that time: an open Poisson process, or one sale in each
     * interval with a random phase. 'poisson' if left out.
     */
    arrival?: 'poisson' | 'regular';
    /**
     * How long a sale may take to count as goodput. When it has passed, the
     * terminal stops trying. '30s' if left out.
     */
    deadline?: Duration;
  }

  /** Whose connections carry the attempts. */
  export interface Connections {
    /**
     * The most connections that the whole cohort shares. An attempt that finds
     * none free waits, and the wait counts. If left out, each terminal keeps a
     * connection of its own and opens another one while it is busy.
     */
    pool?: number;
  }

  /** A terminal's store for sales that the backend has not taken yet. */
  export interface Offline {
    /** How many sales it holds; what does not fit fails. 10,000 if left out. */
    capacity?: Limit;
    /**
     * How long the terminal waits before it first tries to sync: when it went
     * offline, and when its shop opens. '5s' if left out.
     */
    after?: Duration;
    /**
     * How `after` is spread over terminals that went offline, or opened,
     * together: a full jitter, or none. 'full' if left out.
     */
    jitter?: 'full' | 'none';
    /** The pause between two synced sales. None if left out. */
    pace?: Duration;
    /** How many sales are synced at once, each at that pace, from 1 to 100; 1 if left out. */
    parallel?: number;
    /**
     * Which sale is synced next: none before all earlier ones are in, or, where
     * a sync has failed, any other one first. 'in-order' if left out; several at
     * once need 'any'.
     */
    order?: 'in-order' | 'any';
    /**
     * Whether a customer can pay while the sale cannot be sent. If not, the sale
     * is not kept: its customer is turned away once the terminal stops trying,
     * and at once while its breaker is open. True if left out.
     */
    payments?: boolean;
    /**
     * The date that travels with a sale that is synced: when it was rung up, or
     * when it is synced. With 'sync' a sale of another day of the shop counts as
     * misdated. 'sale' if left out.
     */
    businessDate?: 'sale' | 'sync';
    /**
     * The policy for a sync that fails; its attempts are unbounded unless
     * declared. If left out: exponential from `after` up to a minute, with full
     * jitter. It takes no budget, no breaker and no parallel copies of its own.
     */
    retry?: Retry;
  }

  // ─── retries ─────────────────────────────────────────────────────────────

  /** A client's retry policy; `backoff` makes them. */
  export interface Retry {
    /**
     * How the delay grows. With n tries made so far it is: no retry at all
     * (none), 0 (immediate), base (constant), n·base (linear),
     * base·factor^(n−1) (exponential). 'none' if left out.
     */
    backoff?: 'none' | 'immediate' | 'constant' | 'linear' | 'exponential';
    /** The first delay; the step of a linear backoff. */
    base?: Duration;
    /** The growth of an exponential backoff per try, from 1 to 100; 2 if left out. */
    factor?: number;
    /**
     * The bound of each delay before jitter, and of a decorrelated or an
     * exponential one after it. None if left out.
     */
    cap?: Duration;
    /**
     * How delays are spread. With d the delay of the backoff, p the previous one
     * and s the jitterShare: d (none), U(0, d) (full), d/2 + U(0, d/2) (equal),
     * min(cap, U(base, 3p)) (decorrelated), U(d·(1−s), d·(1+s)) (proportional, as
     * in gRPC), min(cap, x) with x from an exponential distribution of the mean d
     * (exponential). 'none' if left out.
     */
    jitter?: 'none' | 'full' | 'equal' | 'decorrelated' | 'proportional' | 'exponential';
    /**
     * By how much of the delay a proportional jitter makes it longer or shorter
     * at the most: 0.2 or '20%' in gRPC, 0.5 in cenkalti/backoff. 0.2 if left out;
     * the other jitters have none.
     */
    jitterShare?: Ratio;
    /** The most tries of one sale, the first included; 3 if left out. */
    maxAttempts?: Limit;
    /**
     * How many copies of the request each try sends, from 1 to 100; 1 if left
     * out. Copies count as attempts, not as tries.
     */
    parallel?: number;
    /** The failures that are retried. All if left out. */
    on?: Cause[];
    /** Whether the server's Retry-After is a floor for the delay. 'honour' if left out. */
    retryAfter?: 'honour' | 'ignore';
    /** Bounds retries to a share of the terminal's requests. No bound if left out. */
    budget?: Budget;
    /** Stops sending after failures. None if left out. */
    breaker?: Breaker;
  }

  /**
   * A token bucket that each terminal's retries draw on: a sale's first attempt
   * puts `ratio` tokens in, a retry takes one out. `ratio` or `minPerSecond`
   * must be above 0.
   */
  export interface Budget {
    /** Tokens earned per request, from 0 to 10. */
    ratio?: Ratio;
    /** Tokens earned per second all the same. */
    minPerSecond?: number;
    /** What the bucket holds, and what a terminal starts with; 10 if left out. */
    tokens?: number;
  }

  /**
   * A circuit breaker of each terminal: it opens when enough of the outcomes in
   * the window are failures, lets nothing pass for a while, then lets probes
   * pass, and closes when all of them succeed.
   */
  export interface Breaker {
    /** The share of failures that opens it; 0.5 if left out. */
    failureRatio?: Ratio;
    /** The least outcomes in the window that say anything; 10 if left out. */
    calls?: number;
    /** How far back outcomes count; at least '10ms', '30s' if left out. */
    window?: Duration;
    /** How long it stays open; at least '10ms', '30s' if left out. */
    open?: Duration;
    /** How many probes it lets pass then; 1 if left out. */
    halfOpen?: number;
  }

  /** Makes retry policies. */
  export namespace backoff {
    /** Never retries. */
    function none(settings?: Unwaited): Retry;
    /** Tries again at once. */
    function immediate(settings?: Unwaited): Retry;
    /** Waits `base` before each retry. */
    function constant(settings: Waited): Retry;
    /** Waits `base`, 2·`base`, 3·`base` and so on. */
    function linear(settings: Waited): Retry;
    /** Waits `base`, `factor`·`base`, `factor`²·`base` and so on. */
    function exponential(settings: Waited & Pick<Retry, 'factor'>): Retry;
  }

  /** What a policy without delays takes. */
  export type Unwaited = Omit<Retry, 'backoff' | 'base' | 'factor' | 'cap' | 'jitter' | 'jitterShare'>;

  /** What a policy with delays takes. */
  export type Waited = Omit<Retry, 'backoff' | 'base' | 'factor'> & { base: Duration };

  /** The name of a node, or of several. */
  export type Names = string | string[];

  // ─── the backend ─────────────────────────────────────────────────────────

  /** What the fleet talks to. */
  export interface Backend {
    /**
     * The nodes, at most 32 of them. The fleet sends to the one that no other
     * calls, unless its cohorts say otherwise; every other must be called by one.
     */
    nodes: Node[];
    /** Names that stand for one node at a time, at most 32 of them. None if left out. */
    names?: Name[];
    /**
     * How many records, such as booking slots, each tenant has, up to 1,000,000: each
     * sale writes one of them. Two nodes that write the same record of a tenant by
     * different sales, while one is a copy that was promoted or has taken writes, are in
     * conflict. Sales write no record in common if left out.
     */
    records?: number;
  }

  /**
   * A name that stands for one node at a time, as a name in the DNS or a routing
   * setting that clients poll does; `operator.failover`, `failback` and `migrate` change
   * for which. Somebody must send to it.
   */
  export interface Name {
    /** Letters, digits, '.', '_' and '-', at most 63 of them; no node has it. */
    name: string;
    /** The node that it stands for at the beginning. */
    node: string;
    /** How long an old answer is used after a change. Not at all if left out. */
    cache?: Cache;
  }

  /**
   * How long after a change the old answer is used: drawn for each tenant and each
   * change. A record of the DNS that lives for an hour is { distribution: 'uniform',
   * from: '0s', to: '1h' }, since each cache has asked at its own time.
   */
  export interface Cache {
    /** Always `from`; all times alike; or all orders of magnitude alike. 'constant' if left out. */
    distribution?: 'constant' | 'uniform' | 'loguniform';
    /** The shortest; at most '365d'. It must be above 0 unless the distribution is uniform. */
    from?: Duration;
    /** The longest; at most '365d'. A constant has none, the others must. */
    to?: Duration;
  }

  /** One node of the backend. */
  export interface Node {
    /** Letters, digits, '.', '_' and '-', at most 63 of them; 'backend' if left out. */
    name?: string;
    /** Where it stands, for faults that strike a whole region; at most 64 printable characters. */
    region?: string;
    /**
     * How many requests are served at once, from 1 to 1,000,000, or 'unbounded':
     * then none ever waits, and the capacity is not known unless `cpus` bounds
     * burned work.
     */
    workers: Limit;
    /** How long a worker takes for one request. */
    service: Service;
    /** Where requests wait for a worker. */
    queue?: Queue;
    /** Makes service slower under load. None if left out. */
    slowdown?: Slowdown;
    /**
     * What becomes of a request whose client has left: it is served all the
     * same and counts as wasted work, or it stops at once and frees its place.
     * 'continue' if left out.
     */
    abandoned?: 'continue' | 'stop';
    /**
     * Whether a request is dropped that reaches the head of the queue at or
     * after the client's own deadline, which it carries with it. False if left
     * out.
     */
    deadlinePropagation?: boolean;
    /** Turns requests away while the queue is long. None if left out. See also `operator.shed`. */
    shed?: Shed;
    /**
     * Whether the ledger knows a sale that it has already recorded, or makes an
     * entry for each request. 'by-key' if left out.
     */
    idempotency?: 'by-key' | 'none';
    /**
     * The links over which it calls other nodes for each request, one after the
     * other, once its own service is over. Its worker is busy until the last of
     * them has answered. A call that fails for good fails the request: it is
     * answered with 503 where the last attempt was turned away, with 504 where it
     * timed out, and otherwise with 502. None if left out.
     */
    calls?: Link[];
    /**
     * Whether it records the sales. On its way through the nodes each sale must be
     * recorded by exactly one. If left out, by those that call no other.
     */
    ledger?: boolean;
    /**
     * The disk under its ledger; only of a node that records sales. A worker is busy
     * until its commit has ended, so that a slow disk costs capacity. If left out, a
     * commit takes what the machine's own disk takes (in the engine `sim`, nothing),
     * and no worker waits for it.
     */
    disk?: Disk;
    /** Makes service slower after a restart, while the cache fills. None if left out. */
    warmup?: Warmup;
    /**
     * Makes it keep an asynchronous copy of another node's ledger. Neither of the two has
     * a disk with `syncEvery`.
     */
    replica?: Replica;
    /** Processors of the container, such as 0.5. No bound if left out. */
    cpus?: number;
    /** Memory of the container; at least '6MiB'. No bound if left out. */
    memory?: Bytes;
  }

  /** A node's copy of another node's ledger. */
  export interface Replica {
    /** The node whose ledger is copied. It is no replica itself, and both keep a ledger. */
    of: string;
    /** How far behind the copy is; at most '30d'. Not at all if left out. */
    lag?: Duration;
    /**
     * What becomes of a sale that is sent to it before an order to fail over promotes it:
     * it is recorded in this ledger alone, or turned away as read-only with a 503.
     * 'accept' if left out.
     */
    writes?: 'accept' | 'refuse';
  }

  /**
   * Whom a node calls, and the client policy with which it does. Its retry budget
   * and its breaker are shared by all requests that the node serves.
   */
  export interface Link {
    /**
     * The node that is called, or several, of which each attempt goes to one; or one
     * name. With target: 'tenant' each of several can be a name.
     */
    to: Names;
    /**
     * Which of several: the one that holds the shard of the sale's tenant (each
     * terminal is one), one after the other, or the one with the fewest of this
     * node's attempts under way. It must be declared where there are several.
     */
    target?: 'fixed' | 'tenant' | 'round-robin' | 'least-in-flight';
    /** How long an attempt waits for its answer. */
    timeout: Duration;
    /**
     * How long all attempts of a call may take together. No bound if left out, but
     * for the deadline of the request where the node has `deadlinePropagation`.
     */
    deadline?: Duration;
    /**
     * What becomes of an attempt that nobody waits for any more: its connection is
     * closed, or it runs on and its late answer still counts. 'close' if left out.
     */
    cancel?: 'close' | 'run-on';
    /** The connections that all its calls share; without a bound if left out. */
    connections?: Connections;
    /** When and how often a failed attempt is tried again. Never if left out. */
    retry?: Retry;
  }

  /** How long a worker takes for one request. */
  export interface Service {
    /** The mean; at most '1h'. */
    mean: Duration;
    /** Its law; 'constant' if left out. */
    distribution?: 'constant' | 'exponential' | 'lognormal';
    /**
     * The standard deviation of the logarithm of a lognormal service time, up
     * to 5; 0.5 if left out. The other laws have none.
     */
    sigma?: number;
    /**
     * Whether the time is waited, as on a dependency, or burned on a processor,
     * so that a CPU quota bites. 'waited' if left out.
     */
    work?: 'waited' | 'burned';
  }

  /** Where requests wait for a worker. */
  export interface Queue {
    /**
     * How many may wait, from 0; a request beyond it is turned away. With 0
     * whoever finds no free worker is. 1000 if left out.
     */
    limit?: Limit;
    /** First in first out, or last in first out; 'fifo' if left out. */
    discipline?: 'fifo' | 'lifo';
    /**
     * How a request beyond the limit is turned away: it is rejected with an
     * answer, or dropped without one. The client of a dropped request only sees
     * its own timeout, and its connection stays busy until then; one that is still
     * there after a minute is disconnected. 'reject' if left out.
     */
    overflow?: 'reject' | 'drop';
  }

  /**
   * Makes the service of a request longer that begins under load. It has exactly
   * one of three forms: a bound, a slope, or steps.
   *
   *     slowdown: { above: 300, times: 10 }
   *     slowdown: { perRequest: 0.01 }
   *     slowdown: { steps: [{ above: 50, times: 2 }, { above: 100, times: 5 }] }
   */
  export interface Slowdown {
    /**
     * The load above which it does, up to 1,000,000. A bound must have one; a
     * slope begins at 0 if it is left out; steps have their own.
     */
    above?: number;
    /** A bound: how many times the usual service time, above 1 and up to 1000. */
    times?: number;
    /**
     * A slope: by which share of the usual service time each request above
     * `above` makes it longer, above 0 and up to 1000. At a load of n a service
     * takes 1 + perRequest·(n − above) times its usual length.
     */
    perRequest?: number;
    /** Steps: several bounds. The highest one that the load is above counts. */
    steps?: Step[];
    /**
     * What the load is: requests in the node, the one that begins included, or
     * arrivals in the last second, whether turned away or not. 'inflight' if left
     * out.
     */
    measure?: 'inflight' | 'arrivals';
  }

  /** One of the bounds of a slowdown. */
  export interface Step {
    /** The load above which it counts, up to 1,000,000 and more than that of the step before. */
    above: number;
    /** How many times the usual service time, above 1 and up to 1000. */
    times: number;
  }

  /** Turns requests away while no worker is free and the queue is long. */
  export interface Shed {
    /**
     * The length of the queue from which requests are turned away, from 0, and at
     * most the queue's limit. With 0 whoever finds no free worker is.
     */
    queue: number;
    /** Goes out with the rejection, in whole seconds. None if left out. */
    retryAfter?: Duration;
    /** How: rejected with an answer, or dropped without one; see `overflow`. 'reject' if left out. */
    refusal?: 'reject' | 'drop';
  }

  /**
   * The disk of a node that records sales. Commits that arrive while an fsync is under
   * way share the next one. What fails with EIO is answered with 500; a full disk with
   * 507, and a read-only one with 503 and the header Retrystorm-Cause: read-only, which
   * are both 'read-only' to a client.
   */
  export interface Disk {
    /**
     * How long a commit takes, a write and its fsync, for all that share it; at most
     * '1m'. None if left out. On a real disk a commit takes at least that long.
     */
    write?: Duration;
    /** How long looking up takes what is known of the sales that share a commit; at most '1m'. None if left out. */
    read?: Duration;
    /**
     * The time between two fsyncs, at most '1h'. A commit is then acknowledged before it
     * is synced, and a crash with unsynced: 'lost' loses what was not synced yet. If left
     * out, each commit is synced before it is acknowledged.
     */
    syncEvery?: Duration;
    /** The most commits that share an fsync, from 1; unbounded if left out. */
    group?: Limit;
  }

  /**
   * How a node serves whose cache is empty: a service that begins after a restart takes
   * `times` its usual length, which falls in a straight line to its usual length. A
   * node is warm when a run begins.
   */
  export interface Warmup {
    /** How long that takes; at most '24h'. */
    for: Duration;
    /** How many times the usual service time, above 1 and up to 1000. */
    times: number;
  }

  // ─── the timeline ────────────────────────────────────────────────────────

  /**
   * Something that happens at a time, for a time; `spike`, `fault` and `operator`
   * make them. Faults of one node may not overlap, and faults of its disk only where they
   * are of different kinds; spikes that overlap multiply.
   * What an operator orders may go on under a fault.
   */
  export interface Trigger {
    /** What happens. */
    kind: 'spike' | 'crash' | 'freeze' | 'cpu' | 'shed' | 'retriesOff' | 'rollout' | 'cut' | 'latency' | 'loss' | 'bandwidth' | 'reset'
      | 'diskSlow' | 'diskErrors' | 'diskFull' | 'diskReadOnly' | 'diskDegraded' | 'cold' | 'memory' | 'failover' | 'failback' | 'migrate'
      | 'remount' | 'replace' | 'restore';
    /**
     * When, since the run began; so late that what is before it, without the
     * warm-up, holds one window of the baseline.
     */
    at: Duration;
    /**
     * How long it lasts. It must be declared, but of what is `endless`, and of an order
     * that changes a name, which is given at a moment.
     */
    for?: Duration;
    /**
     * Of a fault or an order to a node: it is still on, or still comes and goes,
     * when the run ends. A run that leaves its healthy band then is degraded: nobody
     * saw whether it comes back. False if left out.
     */
    endless?: boolean;
    /** Of a fault or an order to a node: it comes and goes until its end. It is on all the time if left out. */
    flap?: Flap;
    /**
     * Of a spike: demand as a multiple of the usual, above 0 and up to 1000. Of a
     * degraded disk: the time of its operations, likewise, above 1.
     */
    times?: number;
    /** Of a spike: the cohort whose customers come; all if left out. */
    cohort?: string;
    /** Of a fault or an order: the node that it is done to; the only one if left out. */
    node?: string;
    /** Of a fault or an order, in place of `node`: it is done to every node of the region. */
    region?: string;
    /** Of a CPU fault: the processors left to the node, fewer than its own. */
    cpus?: number;
    /**
     * Of a shed, a loss or a reset: the share of the requests, packets or messages,
     * above 0 and up to 1. Of disk errors: the share of the operations that fail,
     * likewise. Of a rollout: the share of the terminals that have been updated at its
     * end; all if left out.
     */
    share?: Ratio;
    /**
     * Of a fault of a link: who calls, 'fleet' or a node; the fleet if left out. Of a
     * rollout: the cohort whose terminals are updated.
     */
    from?: string;
    /** Of a cut: whether packets vanish, or are answered with a reset. 'drop' if left out. */
    how?: 'drop' | 'refuse';
    /** Of a fault of a link: on requests, on answers, or on both. 'both' if left out. */
    way?: 'both' | 'there' | 'back';
    /**
     * Of a latency: the time added to each way, above '0s' and up to '1h'. Of a slow
     * disk: how much longer each commit takes, up to '1m'.
     */
    latency?: Duration;
    /** Of a latency: by how much of it that is more or less, uniformly; at most all of it. None if left out. */
    jitter?: Duration;
    /** Of a bandwidth: what passes each way in a second, of all connections together; at least '1B'. Of a restore: what is copied in a second. */
    rate?: Bytes;
    /** Of disk errors: which operations fail; 'writes' if left out. */
    of?: 'writes' | 'reads';
    /**
     * Of a crash: what becomes of what is written and not synced: the process was
     * killed and the kernel still writes it, or the power went and it is lost. 'lost'
     * needs a declared disk. 'kept' if left out.
     */
    unsynced?: 'kept' | 'lost';
    /** Of an order that changes a name: which of `backend.names`. */
    name?: string;
    /**
     * Of a fault of a link: the node that is called; the only one that the fleet calls
     * if left out. Of an order that changes a name: the node that it is to stand for,
     * another than by then. Of a rollout: the cohort whose client the terminals get.
     */
    to?: string;
    /** Of a failover: the node `to` is a replica, which takes writes from then on and copies no more. */
    promote?: boolean;
    /** Of a failback: the node `to` and its replicas get all the sales that any of them has. */
    merge?: boolean;
    /** Of a restore: how much is restored, at `rate`. */
    data?: Bytes;
    /** Of a migration: when which share of the tenants has moved; in the order of time. */
    stages?: Stage[];
  }

  /** A part of a migration. */
  export interface Stage {
    /** When, since the run began; later than the stage before, and no earlier than the migration's `at`. */
    at: Duration;
    /** The share of all tenants that have moved by then, above that of the stage before and up to 1. */
    share: Ratio;
  }

  /** How a fault comes and goes: on, then off, and so on until its end, at most 1000 times. */
  export interface Flap {
    /** How long it is on each time, in the mean. */
    on: Duration;
    /** How long it is off in between, in the mean. */
    off: Duration;
    /**
     * Always as long, or drawn from exponential distributions of these means by the
     * run's seed. 'regular' if left out.
     */
    pattern?: 'regular' | 'drawn';
  }

  /** When something happens, for how long, and whether it comes and goes. */
  export type When = Pick<Trigger, 'at' | 'for' | 'endless' | 'flap'>;

  /** Of what strikes a node: when, how long, and which node or region. */
  export type Strike = When & Pick<Trigger, 'node' | 'region'>;

  /** Of an order that changes a name: when, which, and to what. */
  export type Change = Pick<Trigger, 'at'> & { name: string; to: string };

  /** Customers bring `times` as many sales. */
  export function spike(settings: Pick<Trigger, 'at' | 'cohort'> & { for: Duration; times: number }): Trigger;

  /** What strikes a node. Each is real, and probed: it took hold, and it is gone. */
  export namespace fault {
    /** Kills the node at once and starts it again after `for`. */
    function crash(settings: Strike & Pick<Trigger, 'unsynced'>): Trigger;
    /** Makes the node stand still; its connections stay open. */
    function freeze(settings: Strike): Trigger;
    /**
     * Leaves the node `cpus` processors of those that it declares. It needs
     * containers; the engine `local` refuses it.
     */
    function cpu(settings: Strike & { cpus: number }): Trigger;
    /**
     * Has the node run out of memory: its limit is lowered and exceeded, so that the
     * kernel kills it. After `for` it has as much as before and is started again. There is no limit to
     * be declared: what a process needs depends on its load. What restarts a server
     * under such a limit would have it killed again; here it is down until it has its
     * memory back. All that is in memory is lost, as in a crash; what is written is
     * not. It needs containers; the engine `local` refuses it: write `fault.crash`.
     */
    function memory(settings: Strike): Trigger;
    /** Empties the node's cache as it begins; the node must declare its `warmup`. */
    function cold(settings: Strike): Trigger;

    /** What strikes the disk of a node, which must have a declared `disk`. */
    namespace disk {
      /** Makes each commit take `latency` longer. */
      function slow(settings: Strike & { latency: Duration }): Trigger;
      /** Makes a `share` of the commits, or of the lookups before them, fail with EIO. */
      function errors(settings: Strike & Pick<Trigger, 'of'> & { share: Ratio }): Trigger;
      /** Fills the disk: every commit fails with ENOSPC. */
      function full(settings: Strike): Trigger;
      /** Makes the disk read-only: every commit fails with EROFS. */
      function readOnly(settings: Strike): Trigger;
      /** An array that has lost a member: each operation takes `times` as long. A crash while it is on is the second loss. */
      function degraded(settings: Strike & { times: number }): Trigger;
    }

    /**
     * What strikes a link: that from the fleet to the node it calls, or one from a
     * node to a node that it calls. Faults of different kinds on one link add up;
     * two of a kind may not overlap. The link behaves as TCP does: what is lost is
     * sent again after 200 ms and a round trip, then after twice as long, and so on;
     * the first packet of a new connection after 1 s, then 2 s. See docs/engines.md.
     */
    namespace link {
      /**
       * Cuts the link. With 'drop' packets vanish, in the `way` said, and the caller
       * sees nothing but its timeout; the node does not hear that it has left. What
       * is sent is there at the first retransmission after the cut. With 'refuse'
       * each connection is reset, and new ones are refused.
       */
      function cut(settings: OnLink & Pick<Trigger, 'how'>): Trigger;
      /** Makes each way take `latency` longer, give or take `jitter`; a new connection takes a round trip more. */
      function latency(settings: OnLink & Pick<Trigger, 'jitter'> & { latency: Duration }): Trigger;
      /** Loses `share` of the packets, each by chance. */
      function loss(settings: OnLink & { share: Ratio }): Trigger;
      /** Passes `rate` bytes a second each way; what is more waits. */
      function bandwidth(settings: OnLink & { rate: Bytes }): Trigger;
      /** Breaks the connection of `share` of the requests and answers, each by chance, before they arrive. */
      function reset(settings: OnLink & { share: Ratio }): Trigger;
    }

    /** When a link is struck, which, and in which direction. */
    type OnLink = When & Pick<Trigger, 'from' | 'to' | 'way'>;
  }

  /** What an operator orders. What a node is to do is probed: it took hold, and it is gone. */
  export namespace operator {
    /**
     * Turns away `share` of the requests that arrive at the node, each by chance,
     * as rejected and without a Retry-After. The order holds on over a crash: a
     * node that is started again sheds from its start, or no more if the time is
     * over. It may neither begin nor end while a freeze is on.
     */
    function shed(settings: Strike & { share: Ratio }): Trigger;
    /**
     * What ends faults of a node that are `endless`: it mounts a disk anew that is
     * read-only; replaces the hardware, after a crash, a freeze or `fault.memory` and under
     * any fault of the disk; or restores a node that has crashed from an image, which takes
     * `data` / `rate`. The first order that does ends the fault.
     */
    function remount(settings: Pick<Trigger, 'at' | 'node'>): Trigger;
    function replace(settings: Pick<Trigger, 'at' | 'node'>): Trigger;
    function restore(settings: Pick<Trigger, 'at' | 'node'> & { data: Bytes; rate: Bytes }): Trigger;
    /**
     * Switches every client's retries off: a sale whose first try has failed is
     * given up, or parked, and offline queues stand still until they are switched
     * on again.
     */
    function retriesOff(settings: Pick<Trigger, 'at'> & { for: Duration }): Trigger;
    /**
     * Has a name stand for another node at once. Whoever sends to the name follows
     * when the old answer expires; see `Cache`.
     */
    function failover(settings: Change & Pick<Trigger, 'promote'>): Trigger;
    /** Has a name stand for the node again for which it stood before. */
    function failback(settings: Change & Pick<Trigger, 'merge'>): Trigger;
    /**
     * Moves the tenants of a name to another node in stages. A tenant that is not yet
     * moved still finds the old node.
     */
    function migrate(settings: Change & { stages: Stage[] }): Trigger;
    /**
     * Gives terminals of the cohort `from` the client of the cohort `to`: its timeout,
     * cancel, retry and offline. They are updated evenly over `for`, up to a `share` of
     * them, and never go back; one whose shop is closed is updated when it opens. An
     * update starts the terminal anew: what is on the wire is cancelled, the sales being
     * tried begin anew, and the offline queue is kept. Another rollout from the same
     * cohort with a higher share goes on where this one ends. `to` may be a cohort of 0
     * terminals.
     */
    function rollout(settings: Pick<Trigger, 'at' | 'share'> & { for: Duration; from: string; to: string }): Trigger;
  }

  // ─── the judgement ───────────────────────────────────────────────────────

  /**
   * How a run is judged. A window of time is healthy if it lies within these
   * distances of the run's own baseline.
   */
  export interface Judge {
    /** The length of a window. If left out, 1 s or the time in which 100 sales arrive, the longer. */
    window?: Duration;
    /** How many healthy windows in a row make a return, up to 1000; 5 if left out. */
    hold?: number;
    /** What is left out of the baseline. If left out, the first quarter of the time before the trigger. */
    warmup?: Duration;
    /** The least share of demand completed in time; 0.9 if left out. */
    goodput?: Ratio;
    /** The most attempts per sale, as a multiple of the baseline's; 1.5 if left out. */
    amplification?: number;
    /**
     * The highest 99th percentile of the time to complete a sale, as a multiple
     * of the baseline's; 5 if left out.
     */
    latency?: number;
    /** The time allowed from the trigger's end to the return. Until the horizon if left out. */
    within?: Duration;
    /** The highest 99th percentile of the generator's own lateness; '100ms' if left out. */
    lag?: Duration;
    /** The highest share of attempts that the generator itself failed to send; 0.001 if left out. */
    undelivered?: Ratio;
    /** The highest share of all processors that the generator may use; 0.9 if left out. */
    cpu?: Ratio;
  }

  /**
   * What must hold of each run beyond its verdict. Where expect has a bound on
   * the probability, each of these must hold with that probability.
   */
  export interface Gate {
    /**
     * The time from the trigger's end until the run is back in its healthy band;
     * a run that never left it took none. No bound if left out.
     */
    timeToRecoverBelow?: Duration;
    /**
     * How long a collapse goes on that only chance ends: the upper end of the 95 %
     * interval of its mean, over all runs of the variant. It takes runs that
     * collapsed and came back to know one. No bound if left out.
     */
    collapseBelow?: Duration;
    /** Attempts per sale over the whole run, more than 1. No bound if left out. */
    amplificationBelow?: number;
    /** Each sale that was acknowledged is in the ledger. false if left out. */
    nothingLost?: boolean;
    /** No sale is in the ledger more than once. false if left out. */
    nothingDuplicated?: boolean;
  }

  // ─── the experiment ──────────────────────────────────────────────────────

  /**
   * A declared experiment, of which a script has one, at its top level. A
   * declaration that is wrong anywhere ends the test before anything starts, with
   * one message that names every wrong field and exit code 104.
   *
   *     const friday = new Experiment({ … });
   *     export const options = friday.options;
   *     export default function () { friday.run(); }
   *     export const handleSummary = friday.summary;
   */
  export class Experiment {
    constructor(declaration: Declaration);

    /**
     * The k6 options that drive the experiment. Export them; add to them, but
     * leave what is there as it is.
     */
    readonly options: Options;

    /** The names of the variants that run, in order. */
    readonly variants: string[];

    /**
     * Does a VU's part. Call it from the default function, once in every VU, and
     * before anything that may throw: a VU that ends without it, or calls it
     * twice, ends the test with exit code 104, and no reports are kept.
     */
    run(): void;

    /**
     * Prints the table. Export it as handleSummary, or call it from yours. A table
     * that cannot be written ends the test with exit code 110.
     */
    summary(data?: unknown): Record<string, string>;
  }

  /** The k6 options of an experiment. */
  export interface Options {
    /** One VU directs the runs, the others drive a part of the fleet each. */
    scenarios: Record<'director' | 'fleet', Scenario>;
    /** That every run came out as expected. */
    thresholds: Record<'retrystorm_as_expected', string[]>;
  }

  /** A k6 scenario of an experiment. */
  export interface Scenario {
    executor: 'per-vu-iterations';
    vus: number;
    iterations: number;
    maxDuration: string;
    gracefulStop: string;
  }
}
