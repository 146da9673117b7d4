"""What a call may do: rules that allow, ask or deny, and the gate that every call goes through."""
