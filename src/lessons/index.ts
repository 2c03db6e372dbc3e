export { contentsOf, type LessonPart } from './contents.ts';
export type { Lab, Question } from './lab-schema.ts';
export { labNames, loadLab } from './labs.ts';
export { allLessons, type Lesson } from './lessons.ts';
export { type CourseQuestion, QUESTIONS } from './outline.ts';
export {
  homePath,
  lessonPath,
  publicPath,
  REFERENCES,
  type ReferenceName,
  referencePath,
} from './paths.ts';
