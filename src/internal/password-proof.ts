/** Whether a server that wants a proof is content with the password alone. Client-server specification, "User-Interactive Authentication API". */
export function takesPassword(flows: readonly { readonly stages?: readonly string[] }[] | undefined): boolean {
  return flows?.some(({ stages }) => stages?.length === 1 && stages[0] === "m.login.password") ?? false;
}

/** The password as the answer to a server's question. Client-server specification, `m.login.password`. */
export function passwordProof(userId: string, password: string, session: string | undefined) {
  return { type: "m.login.password", identifier: { type: "m.id.user", user: userId }, password, session };
}
