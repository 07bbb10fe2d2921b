// Streams: formats, files, string streams, exceptions of streams, input.
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <locale>
#include <sstream>
#include <string>
#include <vector>

int main()
{
	std::cout << std::setw(10) << std::left << "left" << '|' << std::right << std::setw(8) << 42 << '|' << std::internal << std::setw(8) << -42 << '\n';
	std::cout << std::hex << std::showbase << 255 << ' ' << std::oct << 8 << std::dec << ' ' << std::boolalpha << true << '\n';
	std::cout << std::scientific << 12345.678 << ' ' << std::fixed << std::setprecision(2) << 2.675 << ' ' << std::defaultfloat << 1e-7 << ' ' << std::hexfloat << 0.5 << std::defaultfloat << '\n';
	std::cout << std::setfill('*') << std::setw(6) << 7 << std::setfill(' ') << ' ' << std::showpos << 3 << std::noshowpos << '\n';

	const char *name = "/tmp/uk-stream";
	{
		std::ofstream f(name);
		for (int i = 0; i < 1000; i++)
			f << i << ' ' << i * 0.5 << '\n';
	}
	std::ifstream f(name);
	long sum = 0;
	double halves = 0, h;
	for (int i; f >> i >> h;) {
		sum += i;
		halves += h;
	}
	std::cout << sum << ' ' << std::setprecision(10) << halves << " eof " << f.eof() << '\n';
	f.clear();
	f.seekg(4);
	std::string line;
	std::getline(f, line);
	std::cout << line << " at " << f.tellg() << '\n';
	std::remove(name);

	std::ifstream missing("/tmp/uk/none");
	std::cout << "opened " << missing.is_open() << '\n';
	try {
		missing.exceptions(std::ios::failbit);
	} catch (const std::ios::failure &) {
		std::cout << "failure thrown\n";
	}
	std::istringstream words("one two three");
	std::vector<std::string> v{std::istream_iterator<std::string>(words), {}};
	std::cout << v.size() << ' ' << v.back() << '\n';
	std::cout << std::put_money(123456) << ' ' << std::quoted("a \"quoted\" one") << '\n';
	try {
		std::locale l("no_SUCH.locale");
	} catch (const std::runtime_error &) {
		std::cout << "no such locale\n";
	}
	int n = 0;
	while (std::getline(std::cin, line))
		std::cout << ++n << ':' << line << '\n';
	std::cerr << "error stream\n";
	return 0;
}
