/** Flows that run at once: the scripted model needs no key. */
export type Template = {
  id: string
  name: string
  says: string
  made: string
  /** How the small picture is drawn: rows of cards, a list of several stands in one frame. */
  picture: readonly (readonly string[])[]
  text: (title: string) => string
}

const head = (title: string) => `version: 1\nname: ${JSON.stringify(title)}\n`

export const TEMPLATES: readonly Template[] = [
  {
    id: 'readers',
    name: 'Three readers, one report',
    says: 'Read in parallel, then write one answer from all three.',
    made: 'parallel · agent ×4 · tool',
    picture: [['agent', 'agent', 'agent'], ['agent'], ['tool']],
    text: (title) => `${head(title)}
inputs:
  topic:
    type: string
    title: Topic
    default: the week

models:
  # A script, not a language model: it follows its turns to the letter. Put a real one in its place,
  # such as openai:gpt-5-mini, and set its key.
  reader_script:
    provider: scripted
    turns:
      - answer: "Notes on \${{ input }}."
  writer_script:
    provider: scripted
    turns:
      - answer: |
          \${{ tasks.read.output.facts }}
          \${{ tasks.read.output.risks }}
          \${{ tasks.read.output.people }}

agents:
  reader:
    model: reader_script
    prompt: You read one side of a topic and keep what matters.
  writer:
    model: writer_script
    prompt: You write one short report from the notes of three readers.

tasks:
  - id: read
    name: Read
    parallel:
      - {id: facts, name: Read the facts, agent: reader, input: "the facts of \${{ inputs.topic }}"}
      - {id: risks, name: Read the risks, agent: reader, input: "the risks of \${{ inputs.topic }}"}
      - {id: people, name: Read about the people, agent: reader, input: "the people of \${{ inputs.topic }}"}

  - id: write
    name: Write the report
    agent: writer
    input: "\${{ tasks.read.output }}"

  - id: keep
    name: Keep it
    tool: write_file
    with: {path: report.md, content: "\${{ tasks.write.output }}"}

outputs:
  report: "\${{ tasks.write.output }}"
`,
  },
  {
    id: 'sandbox',
    name: 'Count in a sandbox',
    says: 'Python works without network, an agent says what it found.',
    made: 'tool ×2 · agent',
    picture: [['tool'], ['tool'], ['agent']],
    text: (title) => `${head(title)}
inputs:
  rows:
    type: integer
    title: Rows
    minimum: 1
    maximum: 100000
    default: 1000

models:
  # A script, not a language model: it follows its turns to the letter.
  script:
    provider: scripted
    turns:
      - answer: "The numbers: \${{ input }}"

agents:
  teller:
    model: script
    prompt: You say in one sentence what the numbers mean.

tasks:
  - id: make
    name: Make the data
    tool: python
    timeout: 1m
    with:
      code: |
        import random
        random.seed(7)
        with open("/workspace/data.csv", "w") as file:
            for place in range(\${{ inputs.rows }}):
                file.write(f"{place},{random.gauss(100, 15):.1f}\\n")

  - id: count
    name: Count
    tool: python
    timeout: 1m
    with:
      code: |
        import statistics
        with open("/workspace/data.csv") as file:
            values = [float(line.split(",")[1]) for line in file]
        print(f"{len(values)} rows, mean {statistics.mean(values):.1f}, spread {statistics.pstdev(values):.1f}")

  - id: tell
    name: Say what it means
    agent: teller
    input: "\${{ tasks.count.output.stdout }}"

outputs:
  answer: "\${{ tasks.tell.output }}"
`,
  },
  {
    id: 'ask',
    name: 'Ask before it acts',
    says: 'A draft waits for a person; only then is it written.',
    made: 'agent · approval · tool',
    picture: [['agent'], ['approval'], ['tool']],
    text: (title) => `${head(title)}
inputs:
  subject:
    type: string
    title: Subject
    default: the release

models:
  # A script, not a language model: it follows its turns to the letter.
  script:
    provider: scripted
    turns:
      - answer: "We are ready for \${{ input }}."

agents:
  writer:
    model: script
    prompt: You write an announcement of one sentence.

tasks:
  - id: draft
    name: Draft
    agent: writer
    input: "\${{ inputs.subject }}"

  - id: sign_off
    name: Sign off
    approval:
      ask: |
        Announce this?

        \${{ tasks.draft.output }}

  - id: announce
    name: Announce
    tool: write_file
    with: {path: announcement.md, content: "\${{ tasks.draft.output }}"}

outputs:
  announcement: "\${{ tasks.draft.output }}"
`,
  },
]

export const EMPTY: Pick<Template, 'id' | 'name' | 'text'> = {
  id: 'empty',
  name: 'One task',
  text: (title) => `${head(title)}
tasks:
  - id: first
    name: First task
    tool: echo
    with: {say: "Hello"}
`,
}

/** The name a flow's file gets from its title: `Week report` becomes `week-report`. */
export function fileName(title: string): string {
  const plain = title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
  const name = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '')
  return name || 'flow'
}
