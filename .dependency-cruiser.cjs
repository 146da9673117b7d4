/** app > pages > features > entities > shared; features and pages never import each other. */
const above = {
  shared: '^frontend/src/(app|pages|features|entities)/',
  entities: '^frontend/src/(app|pages|features)/',
  features: '^frontend/src/(app|pages)/',
  pages: '^frontend/src/app/',
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(above).map(([layer, path]) => ({
      name: `${layer}-know-nothing-above`,
      severity: 'error',
      from: { path: `^frontend/src/${layer}/` },
      to: { path },
    })),
    {
      name: 'siblings-stay-apart',
      comment: 'Pages compose features; a feature or a page never imports another one.',
      severity: 'error',
      from: { path: '^frontend/src/(features|pages)/([^/]+)/' },
      to: { path: '^frontend/src/$1/', pathNot: '^frontend/src/$1/$2/' },
    },
    {
      name: 'only-the-canvas-knows-react-flow',
      severity: 'error',
      from: { path: '^frontend/src/', pathNot: '^frontend/src/features/canvas/' },
      to: { path: '@xyflow' },
    },
    {
      name: 'entities-are-plain',
      comment: 'Entities import no React except in their store.',
      severity: 'error',
      from: { path: '^frontend/src/entities/', pathNot: '(store|\\.test)\\.tsx?$' },
      to: { path: 'node_modules/react(-dom)?/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'frontend/tsconfig.json' },
    tsPreCompilationDeps: true,
    exclude: { path: '\\.(css|svg)$' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default', 'types'] },
  },
}
