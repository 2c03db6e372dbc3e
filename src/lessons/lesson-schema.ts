import { z } from 'astro/zod';
import { QUESTIONS } from './outline.ts';

/** What stands between the two `---` of a lesson's `es.mdx` and `en.mdx`. */
export const lessonSchema = z.strictObject({
  /** Which of the course's questions it answers; the order of lessons too. */
  question: z
    .number()
    .int()
    .refine((number) => QUESTIONS.some((each) => each.number === number), {
      error: `no such question. Hint: "question" is a number of src/lessons/outline.ts, 1 to ${QUESTIONS.length}`,
    }),
  title: z.string().min(1),
  /** The last part of the page's address, in the page's language. */
  address: z
    .string()
    .regex(
      /^[a-z0-9]+(-[a-z0-9]+)*$/,
      'Hint: "address" is lower-case words joined by "-", without accents: pods-y-services',
    ),
  /** The question that the lesson opens with, under its title. */
  lead: z.string().min(1),
  /** For search results and previews. */
  description: z.string().max(170, 'Hint: search engines cut "description" at about 160 characters'),
  minutes: z.number().int().positive(),
  /** What the learner can do afterwards, each beginning with a verb in lower case. */
  goals: z
    .array(z.string().min(1))
    .min(1, 'Hint: say in "goals" at least one thing that the learner can do afterwards'),
});

export const glossarySchema = z.strictObject({ term: z.string().min(1) });
