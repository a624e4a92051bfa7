// DisposableStack and AsyncDisposableStack (ECMAScript 2026, Explicit Resource Management) as far as LMCP uses them, for Node 22.

class Stack {
  #disposers = [];

  defer(dispose) {
    this.#disposers.push(dispose);
  }

  move() {
    const moved = new this.constructor();
    for (const dispose of this.#disposers.splice(0)) moved.defer(dispose);
    return moved;
  }

  /** The last first. */
  taken() {
    return this.#disposers.splice(0).reverse();
  }
}

/** Fails with all that failed, after everything was tried. */
function rethrow(errors) {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, 'several resources could not be disposed of');
}

globalThis.DisposableStack ??= class DisposableStack extends Stack {
  use(resource) {
    this.defer(() => resource?.[Symbol.dispose]());
    return resource;
  }

  dispose() {
    const errors = [];
    for (const dispose of this.taken()) {
      try {
        dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    rethrow(errors);
  }

  [Symbol.dispose]() {
    this.dispose();
  }
};

globalThis.AsyncDisposableStack ??= class AsyncDisposableStack extends Stack {
  use(resource) {
    this.defer(() => (resource?.[Symbol.asyncDispose] ?? resource?.[Symbol.dispose])?.call(resource));
    return resource;
  }

  async disposeAsync() {
    const errors = [];
    for (const dispose of this.taken()) {
      try {
        await dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    rethrow(errors);
  }

  [Symbol.asyncDispose]() {
    return this.disposeAsync();
  }
};
