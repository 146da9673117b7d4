import { createBrowserRouter, Navigate } from 'react-router'
import { Lost } from './lost'
import { Shell } from './shell'

export const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <Lost />,
    hydrateFallbackElement: <span />,
    children: [
      { index: true, element: <Navigate to="/flows" replace /> },
      {
        path: 'flows',
        lazy: async () => ({ Component: (await import('@/pages/flows/flows-page')).FlowsPage }),
      },
      {
        path: 'flows/:name',
        lazy: async () => ({ Component: (await import('@/pages/editor/editor-page')).EditorPage }),
      },
      { path: 'runs', lazy: async () => ({ Component: (await import('@/pages/runs/runs-page')).RunsPage }) },
      {
        path: 'runs/:runId',
        lazy: async () => ({ Component: (await import('@/pages/run/run-page')).RunPage }),
      },
      {
        path: 'approvals/:approvalId?',
        lazy: async () => ({ Component: (await import('@/pages/approvals/approvals-page')).ApprovalsPage }),
      },
      {
        path: 'dev/cards',
        lazy: async () => ({ Component: (await import('@/pages/dev/cards-page')).CardsPage }),
      },
      { path: '*', element: <Lost /> },
    ],
  },
])
