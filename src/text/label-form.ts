/** A label's key, also of an annotation: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export const labelKeyForm = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
export const labelValueForm = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

export const labelKeyAdvice = 'not a key: expected PREFIX/NAME, with a name of at most 63 letters, digits, -, _ and .';
export const labelValueAdvice = 'not a label value: at most 63 letters, digits, -, _ and . (annotations take any text)';
