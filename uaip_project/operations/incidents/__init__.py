"""What is wrong with the installation, who looks after it, and what was done."""
