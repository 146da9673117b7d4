import { join } from '@/shared/lib/join'
import styles from './start.module.css'
import { TemplatePicture } from './template-picture'
import { TEMPLATES, type Template } from './templates'

/** Templates that run at once, below a short list or alone on the first day. */
export function Start({ first, onPick }: { first: boolean; onPick: (template: Template) => void }) {
  return (
    <section className={join(styles.start, first && styles.first)} aria-label="Start a flow">
      <header className={styles.head}>
        <h2 className={first ? styles.question : styles.title}>Start a flow</h2>
        <p>These run at once, with the built-in model. No key, no account.</p>
      </header>
      <div className={styles.templates}>
        {TEMPLATES.map((template) => (
          <button
            type="button"
            key={template.id}
            className={styles.template}
            onClick={() => onPick(template)}
          >
            <span className={styles.stage}>
              <TemplatePicture rows={template.picture} />
            </span>
            <span className={styles.words}>
              <span className={styles.name}>{template.name}</span>
              <span className={styles.says}>{template.says}</span>
              <span className={styles.made}>{template.made}</span>
            </span>
          </button>
        ))}
      </div>
    </section>
  )
}
