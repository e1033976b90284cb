"""What people do with their accounts. No answer tells whether an address has one."""
