import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Modal,
  Popover,
  Tooltip,
} from '@mantine/core'
import controls from './controls.module.css'

const ink = Array.from({ length: 10 }, () => 'var(--ink)') as unknown as MantineColorsTuple
const classes = (names: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(names).map(([part, name]) => [part, name ?? '']))

const field = {
  classNames: classes({
    input: controls.input,
    label: controls.label,
    error: controls.error,
    description: controls.description,
  }),
}

export const theme = createTheme({
  primaryColor: 'ink',
  colors: { ink },
  fontFamily: 'var(--font-ui)',
  fontFamilyMonospace: 'var(--font-mono)',
  headings: { fontFamily: 'var(--font-ui)', fontWeight: 'var(--weight-title)' },
  fontSizes: {
    xs: 'var(--size-11)',
    sm: 'var(--size-12)',
    md: 'var(--size-13)',
    lg: 'var(--size-15)',
    xl: 'var(--size-20)',
  },
  spacing: { xs: 'var(--s-4)', sm: 'var(--s-8)', md: 'var(--s-12)', lg: 'var(--s-16)', xl: 'var(--s-24)' },
  radius: {
    xs: 'var(--r-control)',
    sm: 'var(--r-control)',
    md: 'var(--r-card)',
    lg: 'var(--r-panel)',
    xl: 'var(--r-round)',
  },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    InputWrapper: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' }, ...field },
    Textarea: { defaultProps: { size: 'sm', autosize: true, minRows: 2 }, ...field },
    NumberInput: { defaultProps: { size: 'sm', hideControls: true }, ...field },
    JsonInput: { defaultProps: { size: 'sm', autosize: true, minRows: 3 }, ...field },
    Select: {
      defaultProps: { size: 'sm', checkIconPosition: 'right' },
      classNames: classes({ ...field.classNames, dropdown: controls.float, option: controls.option }),
    },
    Checkbox: {
      defaultProps: { size: 'xs', iconColor: 'var(--on-ink)' },
      classNames: classes({ input: controls.check, label: controls.checkLabel }),
    },
    Switch: { defaultProps: { size: 'xs' } },
    SegmentedControl: {
      classNames: classes({
        root: controls.seg,
        label: controls.segLabel,
        control: controls.segControl,
        indicator: controls.segIndicator,
      }),
    },
    Menu: {
      defaultProps: { shadow: 'none' },
      classNames: classes({ dropdown: controls.float, item: controls.option, label: controls.group }),
    },
    Popover: Popover.extend({
      defaultProps: { shadow: 'none' },
      classNames: classes({ dropdown: controls.float }),
    }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 300, withArrow: false },
      classNames: classes({ tooltip: controls.tip }),
    }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.4 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
      classNames: classes({
        content: controls.dialog,
        header: controls.dialogHead,
        title: controls.dialogTitle,
        body: controls.dialogBody,
        close: controls.dialogClose,
      }),
    }),
    Notification: {
      classNames: classes({
        root: controls.toast,
        title: controls.toastTitle,
        description: controls.toastText,
      }),
    },
  },
})

const shared = {
  '--mantine-color-body': 'var(--canvas)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-bright': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--text-muted)',
  '--mantine-color-placeholder': 'var(--text-faint)',
  '--mantine-color-anchor': 'var(--ink)',
  '--mantine-color-error': 'var(--failed)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-disabled': 'var(--panel)',
  '--mantine-color-disabled-color': 'var(--text-faint)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-filled': 'var(--ink)',
  '--mantine-primary-color-contrast': 'var(--on-ink)',
  '--mantine-color-ink-filled': 'var(--ink)',
  '--mantine-color-ink-filled-hover': 'color-mix(in oklab, var(--ink) 86%, var(--canvas))',
  '--mantine-color-ink-light': 'color-mix(in oklab, var(--ink) 9%, transparent)',
  '--mantine-color-ink-light-color': 'var(--ink)',
  '--mantine-color-ink-text': 'var(--ink)',
}

/** Both schemes are the same words: the tokens themselves know light from dark. */
export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared })
