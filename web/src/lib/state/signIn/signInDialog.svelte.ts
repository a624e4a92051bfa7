/** Whether the dialog that asks for the management token is open; any page may open it. */
class SignInDialog {
  open = $state(false);

  ask(): void {
    this.open = true;
  }

  close(): void {
    this.open = false;
  }
}

export const signInDialog = new SignInDialog();
