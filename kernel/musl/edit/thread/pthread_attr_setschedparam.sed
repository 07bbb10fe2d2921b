# In the range of the policy.
s/^\ta->_a_prio = (.*)$/\tint real = a->_a_policy == 1 || a->_a_policy == 2;\
	if (param->sched_priority < real || param->sched_priority > real * 99) return EINVAL;\
&/
