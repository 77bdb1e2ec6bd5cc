/** Something that must hold did not. `invariant` names the file that says what. */
export class InvariantFailure extends Error {
  override readonly name = 'InvariantFailure';
  readonly invariant: string;

  constructor(invariant: string, message: string) {
    super(message);
    this.invariant = invariant;
  }
}
