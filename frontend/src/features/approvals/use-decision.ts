import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '@/shared/api/client'
import { sentence } from '@/shared/api/problem'
import { approvalsQuery } from '@/shared/api/queries'
import type { Approval, JsonObject } from '@/shared/api/types'
import { useKeys } from '@/shared/lib/keys'
import { differing } from './diff'

export type Decision = {
  proposed: JsonObject | null
  /** What will run: the proposed arguments with a person's edits. */
  args: JsonObject | null
  edits: number
  setArgs: (args: JsonObject) => void
  editing: boolean
  setEditing: (editing: boolean) => void
  reason: string
  setReason: (reason: string) => void
  decide: (decision: 'approve' | 'deny') => void
  busy: boolean
  /** Why the decision was not taken, if it was not. */
  wrong: string | null
}

/** Hold what a person puts into an answer, and send it once. */
export function useDecision(approval: Approval, onDecided?: (decided: Approval) => void): Decision {
  const client = useQueryClient()
  const proposed = approval.proposed_args ?? approval.args
  const [args, setArgs] = useState(approval.args)
  const [editing, setEditing] = useState(false)
  const [reason, setReason] = useState('')
  const edits = proposed && args ? differing(proposed, args) : 0
  const send = useMutation({
    mutationFn: (decision: 'approve' | 'deny') =>
      api.decide(
        approval.approval_id,
        decision,
        reason.trim() || undefined,
        decision === 'approve' && edits > 0 && args ? args : undefined,
      ),
    onSuccess: (decided) => onDecided?.(decided),
    onSettled: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  })
  return {
    proposed,
    args,
    edits,
    setArgs,
    editing,
    setEditing,
    reason,
    setReason,
    decide: (decision) => {
      if (!send.isPending && !send.isSuccess) send.mutate(decision)
    },
    busy: send.isPending || send.isSuccess,
    wrong: send.error ? sentence(send.error) : null,
  }
}

/** The keys of an answer, wherever its question stands: approve, reject, edit the arguments. */
export function useDecisionKeys(decision: Decision, active: boolean): void {
  useKeys(
    {
      a: () => decision.decide('approve'),
      r: () => decision.decide('deny'),
      e: () => decision.args !== null && decision.setEditing(!decision.editing),
    },
    active,
  )
}

/** The questions of one run that still wait, oldest first. */
export function useOpenApprovals(runId: string | null): Approval[] {
  const open = useQuery(approvalsQuery('open')).data?.approvals ?? []
  return runId === null ? [] : open.filter((approval) => approval.run_id === runId)
}
