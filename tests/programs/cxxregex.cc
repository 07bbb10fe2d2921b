// std::regex, std::chrono arithmetic, random engines, charconv, containers.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory_resource>
#include <optional>
#include <random>
#include <regex>
#include <unordered_map>
#include <variant>

int main()
{
	std::regex word("(\\w+)@(\\w+)\\.com");
	std::string text = "mail ann@example.com and bob@test.com";
	for (std::sregex_iterator i(text.begin(), text.end(), word), end; i != end; ++i)
		std::cout << (*i)[1] << " at " << (*i)[2] << '\n';
	std::cout << std::regex_replace(text, word, "<$2:$1>") << '\n';
	try {
		std::regex bad("(unclosed");
	} catch (const std::regex_error &e) {
		std::cout << "bad expression " << (e.code() == std::regex_constants::error_paren) << '\n';
	}
	std::mt19937_64 engine(12345);
	std::cout << engine() << ' ' << engine() << '\n';
	char buf[64];
	auto r = std::to_chars(buf, buf + 64, 0.1 + 0.2);
	std::cout << std::string(buf, r.ptr) << '\n';
	std::unordered_map<std::string, int> m;
	for (int i = 0; i < 10000; i++)
		m[std::to_string(i % 777)] += i;
	std::cout << m.size() << ' ' << m["776"] << '\n';
	std::variant<int, std::string> v = "text";
	try {
		std::get<int>(v);
	} catch (const std::bad_variant_access &e) {
		std::cout << e.what() << '\n';
	}
	try {
		std::optional<int>().value();
	} catch (const std::bad_optional_access &e) {
		std::cout << e.what() << '\n';
	}
	try {
		std::vector<int>().at(3);
	} catch (const std::out_of_range &e) {
		std::cout << e.what() << '\n';
	}
	std::pmr::monotonic_buffer_resource pool;
	std::pmr::vector<int> pv(1000, 3, &pool);
	std::cout << pv[999] << '\n';
	std::random_device rd;
	std::cout << (rd() != rd() || rd() != rd()) << '\n';
	using namespace std::chrono;
	auto t = steady_clock::now();
	std::cout << (steady_clock::now() >= t) << ' ' << duration_cast<minutes>(hours(2) + seconds(90)).count() << '\n';
	return 0;
}
