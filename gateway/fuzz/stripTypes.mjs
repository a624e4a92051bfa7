// Loaded before the fuzzer (`node --import`): the fuzzer instruments JavaScript modules only, so types are taken out before
// it sees a source. Hooks that are registered earlier run closer to the file.
import { register } from 'node:module';

register('./stripTypesHook.mjs', import.meta.url);
