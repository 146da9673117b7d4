import { Modal } from '@mantine/core'
import { Key } from '@/shared/ui/key'
import styles from './key-sheet.module.css'

const SHEET: { group: string; rows: [string[], string][] }[] = [
  {
    group: 'Everywhere',
    rows: [
      [['mod+K'], 'Search or act'],
      [['G', 'F'], 'Flows'],
      [['G', 'R'], 'Runs'],
      [['G', 'A'], 'Approvals'],
      [['?'], 'These keys'],
    ],
  },
  {
    group: 'Flows',
    rows: [
      [['N'], 'New flow'],
      [['J', 'K'], 'Next, previous flow'],
      [['enter'], 'Open'],
    ],
  },
  {
    group: 'Editor',
    rows: [
      [['mod+enter'], 'Run, or stop the run'],
      [['mod+S'], 'Save'],
      [['mod+Z'], 'Undo'],
      [['mod+shift+Z', 'mod+Y'], 'Redo'],
      [['N', '/'], 'Add a task'],
      [['F2'], 'Rename the task'],
      [['delete', 'backspace'], 'Remove the selected tasks, or cut the selected edge'],
      [['mod+D'], 'Duplicate what is selected'],
      [['mod+C', 'mod+X'], 'Copy, cut as YAML text'],
      [['mod+V'], 'Paste YAML tasks'],
      [['alt+up', 'alt+down'], 'Move the task up, down in its list'],
      [['Y'], 'Source'],
      [['T'], 'Timeline'],
      [['.'], 'Next task that failed, waits, runs or has a problem'],
      [['F'], 'Follow the run'],
      [['B'], 'Set a breakpoint on the selected tasks, or take it away'],
      [['shift+enter'], 'Run the selected task alone'],
      [['F10'], 'Step: start a trial that holds each task; run the held one and hold the next'],
      [['F8'], 'Let the held task go on'],
    ],
  },
  {
    group: 'Canvas',
    rows: [
      [['up', 'down', 'left', 'right'], 'Walk from task to task'],
      [['enter'], 'Open the task'],
      [['space'], 'Select the task in focus; hold to move the canvas'],
      [['mod+A'], 'Select all'],
      [['escape'], 'Select nothing'],
      [['V'], 'Select'],
      [['H'], 'Move the canvas'],
      [['+', '-'], 'Zoom in, out'],
      [['0'], 'Actual size'],
      [['1'], 'Fit all'],
      [['2'], 'Fit what is selected'],
      [['shift+L'], 'Tidy: put moved cards back'],
    ],
  },
  {
    group: 'Approvals',
    rows: [
      [['J', 'K'], 'Next, previous question'],
      [['A'], 'Approve'],
      [['R'], 'Reject'],
      [['E'], 'Edit the arguments'],
    ],
  },
  {
    group: 'Run',
    rows: [
      [['mod+enter'], 'Run again or continue, or stop'],
      [['p'], 'Pause, or let it go on'],
      [['C'], 'Show on the canvas'],
    ],
  },
]

/** Every key of the studio on one sheet. */
export function KeySheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal opened={open} onClose={onClose} title="Keys" size="xl">
      <div className={styles.sheet}>
        {SHEET.map(({ group, rows }) => (
          <section key={group}>
            <h3 className={styles.group}>{group}</h3>
            <dl>
              {rows.map(([keys, act]) => (
                <div className={styles.row} key={act}>
                  <dt>{act}</dt>
                  <dd>
                    {keys.map((key) => (
                      <Key key={key} name={key} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
