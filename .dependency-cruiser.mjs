/**
 * The import rules, enforced. Each room of engine/ lists what it may import from the engine; every rule's
 * comment says where to import from instead. Tests may import anything: they stand outside the rooms.
 */
const TESTS = '\\.test\\.tsx?$';

/** Room → rooms and files of engine/ that it may import besides itself. */
const ROOMS = {
  plan: {
    may: ['definitions', 'events', 'calendar', 'errors'],
    instead: 'a plan is data made of definitions and the schema; what runs reads the plan, not the reverse',
  },
  calendar: { may: [], instead: 'the calendar is a leaf: take what you need as an argument' },
  events: { may: ['calendar', 'errors'], instead: 'events know no one: take what you need as an argument' },
  figures: { may: ['events'], instead: 'figures are a shape between rooms: import events only' },
  state: {
    may: ['events', 'figures', 'calendar', 'errors'],
    instead: 'state holds tables and knows no operator or aggregate: pass what differs as an argument',
  },
  aggregates: {
    may: ['state', 'events', 'figures', 'definitions', 'plan', 'calendar', 'errors'],
    instead: 'aggregates work over state; an operator calls them, never the other way round',
  },
  operators: {
    may: ['aggregates', 'state', 'events', 'figures', 'plan', 'definitions', 'calendar', 'errors'],
    instead: 'operators are made of aggregates over state; runtime/ wires them to sources and the store',
  },
  sources: {
    may: ['events', 'plan', 'calendar', 'errors', 'protocol/sayings.ts'],
    instead: 'a source yields batches and knows nothing behind them: runtime/ connects the two',
  },
  archive: {
    may: ['events', 'sources', 'plan', 'calendar', 'errors', 'sync-folder'],
    instead: 'the archive writes and lists files of events: runtime/ or jobs/ gives it what to write',
  },
  'dead-letters': {
    may: ['events', 'protocol', 'errors', 'sync-folder'],
    instead:
      'dead letters are kept and read by what a manifest names: runtime/, cli/ and engine.ts hand it that',
  },
  checkpoints: {
    may: ['state', 'events', 'calendar', 'errors', 'sync-folder', 'sources/source.ts', 'protocol/sayings.ts'],
    instead: 'a checkpoint sees state tables and offsets only: runtime/ hands it both',
  },
  datasets: {
    may: [
      'events',
      'sources',
      'plan',
      'archive',
      'export/sql',
      'export/duckdb-sql',
      'checkpoints/durable-files.ts',
      'protocol',
      'calendar',
      'errors',
      'sync-folder',
    ],
    instead:
      'a dataset lists files and makes them ready to be replayed: jobs/ plans and runs what reads them',
  },
  access: {
    may: ['protocol', 'errors', 'sync-folder'],
    instead: 'access says who may: http/ asks it, engine.ts gives it settings and folder',
  },
  history: {
    may: ['figures', 'events', 'plan', 'definitions', 'aggregates', 'protocol', 'calendar', 'errors'],
    instead: 'history keeps generations of figures: store/ reads it, runtime/ and jobs/ feed it',
  },
  store: {
    may: [
      'aggregates',
      'history',
      'figures',
      'events',
      'plan',
      'definitions',
      'protocol',
      'calendar',
      'errors',
    ],
    instead: 'the store merges and finishes with aggregates/ and definitions/; figures come to it by epoch',
  },
  hub: {
    may: ['protocol', 'errors'],
    instead:
      'the hub fans out bytes that were encoded elsewhere: import engine/protocol, get the rest as arguments',
  },
  http: {
    may: ['protocol', 'definitions', 'access', 'errors'],
    instead:
      'HTTP answers from what it is given: import engine/protocol, engine/definitions and engine/access only',
  },
  export: {
    may: ['plan', 'definitions', 'events', 'calendar', 'errors'],
    instead: 'an exporter writes the plan for another engine: import engine/plan and engine/definitions',
  },
};

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const roomRules = Object.entries(ROOMS).map(([room, { may, instead }]) => ({
  name: `room-${room}`,
  comment: `engine/${room} may import ${may.length > 0 ? may.map((name) => `engine/${name}`).join(', ') : 'no other room'}: ${instead}.`,
  severity: 'error',
  from: { path: `^engine/${room}/`, pathNot: TESTS },
  to: {
    path: '^engine/',
    pathNot: [
      `^engine/${room}/`,
      ...may.map((name) => (name.endsWith('.ts') ? `^engine/${name}$` : `^engine/${name}(/|\\.ts$)`)),
    ],
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'leaf-protocol',
      comment:
        'engine/protocol imports nothing outside itself: it runs in the browser and on the server. Move what you need into engine/protocol, or pass it in.',
      severity: 'error',
      from: { path: '^engine/protocol/', pathNot: TESTS },
      to: { pathNot: '^engine/protocol/' },
    },
    {
      name: 'leaf-definitions',
      comment:
        'engine/definitions imports nothing outside itself: browser, planner and exporters read it alike. Name things by string; engine/plan resolves them.',
      severity: 'error',
      from: { path: '^engine/definitions/', pathNot: TESTS },
      to: { pathNot: '^engine/definitions/' },
    },
    ...roomRules,
    {
      name: 'only-runtime-builds-operators',
      comment:
        'Import engine/runtime/pipeline/create-pipeline.ts instead: only runtime/ builds operators from a plan.',
      severity: 'error',
      from: { pathNot: ['^engine/(runtime|operators)/', TESTS, '^test/'] },
      to: { path: '^engine/operators/' },
    },
    {
      name: 'components-see-protocol-and-definitions',
      comment:
        'components/ import engine/protocol and engine/definitions only: what else a screen needs arrives in a frame.',
      severity: 'error',
      from: { path: '^components/', pathNot: TESTS },
      to: { path: '^(engine|app)/|^(server|gmv\\.config)\\.ts$', pathNot: '^engine/(protocol|definitions)/' },
    },
    {
      name: 'app-places-components',
      comment:
        'app/ imports components/, engine/protocol and engine/definitions: pages only place components, which take data from frames.',
      severity: 'error',
      from: { path: '^app/', pathNot: TESTS },
      to: { path: '^engine/|^(server|gmv\\.config)\\.ts$', pathNot: '^engine/(protocol|definitions)/' },
    },
    {
      name: 'engine-knows-no-screen',
      comment:
        'engine/ never imports app/, components/, next or react: server.ts puts the two together, engine/protocol is what both know.',
      severity: 'error',
      from: { path: '^engine/' },
      to: {
        path: '^(app|components)/|^server\\.ts$|(^|/)node_modules/(next|react|react-dom)(/|$)|^(next|react|react-dom)(/|$)',
      },
    },
    {
      name: 'configuration-is-an-argument',
      comment:
        'Only server.ts, engine.ts, cli.ts, cli/, runtime/ and jobs/ may import engine/config.ts: everywhere else the settings arrive as arguments.',
      severity: 'error',
      from: {
        path: '^engine/',
        pathNot: ['^engine/(engine|cli|config)\\.ts$', '^engine/(cli|runtime|jobs)/', TESTS],
      },
      to: { path: '^engine/config\\.ts$' },
    },
    {
      name: 'no-tests-in-the-product',
      comment:
        'The product imports no tests, benchmarks or test builders: move what both need into the room it belongs to.',
      severity: 'error',
      from: { path: '^(engine|app|components)/|^server\\.ts$', pathNot: TESTS },
      to: { path: `^(test|e2e|bench|scripts)/|${TESTS}` },
    },
    {
      name: 'no-cycles',
      comment:
        'Break the cycle: move what both files need into a third that imports neither (types count too).',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-barrels',
      comment: 'Import from the file that defines the name: nothing is re-exported.',
      severity: 'error',
      from: { path: '^(engine|app|components|test|bench|e2e)/' },
      to: { path: '^(engine|app|components|test|bench|e2e)/', dependencyTypes: ['export'] },
    },
    {
      name: 'no-index-files',
      comment: 'Name the file after its main export and import that: an index file is a barrel.',
      severity: 'error',
      from: {},
      to: { path: '(^|/)index\\.(ts|tsx|js|mjs)$', pathNot: 'node_modules' },
    },
    {
      name: 'no-orphans',
      comment:
        'Nobody imports this file and it imports nobody: import it from where it belongs, or delete it.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          TESTS,
          '\\.d\\.ts$',
          '^app/',
          '^public/',
          '(^|/)[^/]+\\.config\\.(ts|js|mjs)$',
          '^\\.dependency-cruiser\\.mjs$',
        ],
      },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'This import leads nowhere: correct the path, or add the package to package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.next|data|public|test-results|node_modules/\\.)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.d.ts', '.mjs', '.js', '.json'],
    },
  },
};
