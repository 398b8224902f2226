"""What firms write in their files: amounts, telephones, addresses and numbers, read strictly and shown properly."""
