import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { glossarySchema, lessonSchema } from './lessons/lesson-schema.ts';

// Ids are `04-pods-and-services/es` and `kube-proxy.es`: folder or term, and language.
const lessons = defineCollection({
  loader: glob({
    base: './content/lessons',
    pattern: '*/{es,en}.mdx',
    generateId: ({ entry }) => entry.replace(/\.mdx$/, ''),
  }),
  schema: lessonSchema,
});

const glossary = defineCollection({
  loader: glob({
    base: './content/glossary',
    pattern: '*.{es,en}.md',
    generateId: ({ entry }) => entry.replace(/\.md$/, ''),
  }),
  schema: glossarySchema,
});

export const collections = { lessons, glossary };
