Console.Error.WriteLine("usage: Sightline.Benchmarks NAME; see CONTRIBUTING.md");
return 2;
