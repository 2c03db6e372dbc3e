/** The lesson that a component of the prose stands in. */
export function lessonOf(locals: App.Locals): NonNullable<App.Locals['lesson']> {
  if (!locals.lesson)
    throw new Error('A component of the prose stands outside a lesson. Hint: use it in content/lessons.');
  return locals.lesson;
}
